import type { BorderAnswerDraft, BorderWalk } from '../borderWalks'
import type { Row } from './base'
import type { Pack } from './packs'

/*
 * Borders to be walked as this device knows them: what the kept grids hold, and
 * answers that no server has yet.
 */

/** The piece an answer in the outbox is about. */
export const pieceOf = ({ kind, path }: Pick<Row, 'kind' | 'path'>): number =>
  kind === 'answer-border-piece' ? Number(/\/border-pieces\/(\d+)\//.exec(path)?.[1] ?? 0) : 0

/** Walks of the kept grids, each once with the pieces of all of them. */
export function walksOf(kept: readonly Pack[]): BorderWalk[] {
  const walks = new Map<number, BorderWalk>()
  for (const { borderWalks } of kept)
    for (const walk of borderWalks ?? []) {
      const pieces = new Map([...(walks.get(walk.id)?.pieces ?? []), ...walk.pieces].map((p) => [p.id, p]))
      walks.set(walk.id, { ...walk, pieces: [...pieces.values()].sort((a, b) => a.mark - b.mark) })
    }
  return [...walks.values()].sort((a, b) => b.id - a.id)
}

/** Walks with the answers of this device that wait to be sent; the last word about a piece counts. */
export function withAnswers(
  walks: readonly BorderWalk[],
  waiting: readonly Pick<Row, 'kind' | 'path' | 'body'>[],
): BorderWalk[] {
  const said = new Map(waiting.map((row) => [pieceOf(row), (row.body as BorderAnswerDraft | null)?.verdict]))
  said.delete(0)
  return walks.map((walk) => ({
    ...walk,
    pieces: walk.pieces.map((piece) => ({ ...piece, state: said.get(piece.id) ?? piece.state })),
  }))
}
