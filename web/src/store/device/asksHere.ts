import type { Wire } from '@/api/client'
import type { Ask, AskRecord } from '../asks'
import type { VisitDraft } from '../visitWork'
import { unsent } from './outbox'
import { packs, type Pack } from './packs'
import { doorIn } from './visitsHere'

/*
 * Wishes and needs as this device knows them without a network: what the kept
 * grid holds, what was said at visits recorded here or between them, and changes
 * on their way.
 */

/** An ask after a change that is on its way; the server's rule (ward.AskChange). */
function changed(ask: Ask, change: Wire['AskChange']): Ask {
  const next = { ...ask, ...change, version: ask.version + 1 } as Ask
  if (change.result) next.state = 'to_tell'
  if (change.toldBack) next.state = 'told'
  return next
}

const waits = { version: 1, state: 'open', result: '', doneAt: null, toldAt: null } as const

/** Said in a kept grid, at visits or between them, and known to no server. */
function saidHere(pack: Pack): Ask[] {
  return unsent.value.flatMap(({ kind, body }) => {
    const { asks, visit, household, occurredAt } = saidBy(kind, body)
    const at = asks.length ? doorIn(pack, household) : undefined
    if (!at) return []
    const { grid, place, location } = at
    return asks.map(({ id, kind: of, text }) => ({
      ...waits,
      ...{ id, kind: of, text, visit, household, grid, place, location, occurredAt },
    }))
  })
}

/** What a command that is on its way says a household asked for. */
function saidBy(kind: string, body: unknown) {
  if (kind === 'create-ask') {
    const { household, occurredAt, ...ask } = body as AskRecord
    return { asks: [ask], visit: null, household, occurredAt }
  }
  const { asks = [], household = null, id, occurredAt } = (body ?? {}) as VisitDraft
  return { asks: kind === 'create-visit' ? asks : [], visit: id, household, occurredAt }
}

/** What waits in a kept grid, with what this device did about it. */
export const asksHere = (pack: Pack): Ask[] =>
  unsent.value
    .filter(({ kind }) => kind === 'change-ask')
    .reduce(
      (all, { entity, body }) =>
        all.map((ask) => (ask.id === entity ? changed(ask, body as Wire['AskChange']) : ask)),
      [...saidHere(pack), ...(pack.asks ?? [])],
    )

/** Households of a kept grid that are to be told what came of a wish or a need. */
export const householdsToTell = (pack: Pack): Set<number | null> =>
  new Set(
    asksHere(pack)
      .filter(({ state }) => state === 'to_tell')
      .map(({ household }) => household),
  )

/** How many wishes and needs of the kept grids wait to be told. */
export const asksToTell = (): number =>
  [...packs.value.values()].reduce(
    (sum, { pack }) => sum + asksHere(pack).filter(({ state }) => state === 'to_tell').length,
    0,
  )
