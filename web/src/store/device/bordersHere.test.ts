import { expect, test } from 'vitest'
import type { BorderPiece, BorderWalk } from '../borderWalks'
import { pieceOf, walksOf, withAnswers } from './bordersHere'
import type { Pack } from './packs'

const piece = (id: number) => ({ id, mark: id, state: 'open', answers: [] }) as unknown as BorderPiece
const walk = (id: number, ...pieces: number[]) => ({ id, pieces: pieces.map(piece) }) as unknown as BorderWalk
const row = (id: number, verdict: string) => ({
  kind: 'answer-border-piece',
  path: `/api/border-pieces/${id}/answers`,
  body: { verdict },
})

test('a walk that touches two kept grids is shown once, with the pieces of both in order', () => {
  const packs = [{ borderWalks: [walk(1, 2, 3)] }, { borderWalks: [walk(1, 1, 2), walk(4, 9)] }, {}]
  expect(walksOf(packs as unknown as Pack[]).map(({ id, pieces }) => [id, pieces.map((p) => p.id)])).toEqual([
    [4, [9]],
    [1, [1, 2, 3]],
  ])
})

test('what waits on the device counts, the last word of it', () => {
  const waiting = [
    row(1, 'accepted'),
    row(2, 'accepted'),
    row(2, 'rejected'),
    { kind: 'create-visit', path: '/', body: {} },
  ]
  expect(withAnswers([walk(1, 1, 2, 3)], waiting)[0]!.pieces.map(({ state }) => state)).toEqual([
    'accepted',
    'rejected',
    'open',
  ])
  expect(pieceOf(row(12, 'accepted'))).toBe(12)
})
