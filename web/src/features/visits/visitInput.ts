import type { AskDraft } from '@/store/asks'
import type { VisitDraft } from '@/store/visitWork'

/** Kinds of a visit, the usual one first. */
export const KINDS = [
  'four_hundred',
  'aid',
  'return',
  'policy',
  'safety',
  'festival',
  'mediation',
  'opinion',
] as const
/** How the visit was made. */
export const MODES = ['home', 'stairs', 'phone', 'yard'] as const
/** Whether somebody was met. */
export const METS = ['met', 'nobody', 'refused'] as const
/** What became of what was raised. */
export const OUTCOMES = ['none', 'solved', 'taken_back', 'reported'] as const

/** An item with how much of it, as it is typed; item 0 is not chosen yet. */
export interface DeliveredInput {
  item: number
  amount: string
}

/** What the form holds: an uneventful visit needs `met` only. */
export interface VisitInput {
  id: string
  key: string
  startedAt: string
  kind: (typeof KINDS)[number]
  met: (typeof METS)[number] | null
  mode: (typeof MODES)[number]
  outcome: (typeof OUTCOMES)[number]
  /** 大类 of what was raised. */
  class: string
  note: string
  mood: number | null
  satisfied: number | null
  followUp: string
  asks: AskDraft[]
  given: DeliveredInput[]
}

/** An empty form. The id of the visit and the key of its sending are made here, once, so that no retry writes it twice. */
export function freshInput(uuid: () => string, now: Date): VisitInput {
  return {
    id: uuid(),
    key: uuid(),
    startedAt: now.toISOString(),
    kind: 'four_hundred',
    met: null,
    mode: 'home',
    outcome: 'none',
    class: '',
    note: '',
    mood: null,
    satisfied: null,
    followUp: '',
    asks: [],
    given: [],
  }
}

/** Whether somebody has put anything into the form that would be missed. */
export function isTouched(input: VisitInput): boolean {
  const { kind, met, mode, outcome, note, mood, satisfied, followUp, asks, given } = input
  const usual = kind === 'four_hundred' && mode === 'home' && outcome === 'none'
  if (asks.length || given.length) return true
  return !usual || met !== null || note !== '' || mood !== null || satisfied !== null || followUp !== ''
}

/** Kept drafts may come from an older version of the page: only what makes sense is taken. */
export function restoredInput(kept: Partial<VisitInput> | null, fresh: VisitInput): VisitInput {
  return kept && typeof kept.id === 'string' && typeof kept.key === 'string' ? { ...fresh, ...kept } : fresh
}

/** What is sent for a door. `now` is the moment of the first sending; a repeated sending says the same. */
export function toDraft(input: VisitInput & { met: string }, household: number, now: Date): VisitDraft {
  const { id, kind, mode, outcome, mood, satisfied, startedAt } = input
  const note = input.note.trim()
  // A line that was begun and left empty says nothing.
  const asks = input.asks.map((ask) => ({ ...ask, text: ask.text.trim() })).filter(({ text }) => text)
  const items = input.given
    .filter(({ item }) => item)
    .map(({ item, amount }) => ({ item, amount: Number(amount) || 1 }))
  return {
    id,
    household,
    kind,
    met: input.met as VisitDraft['met'],
    mode,
    outcome,
    startedAt,
    occurredAt: now.toISOString(),
    ...(outcome !== 'none' && input.class && { class: input.class }),
    ...(note && { note }),
    ...(mood !== null && { mood }),
    ...(satisfied !== null && { satisfied }),
    ...(input.followUp && { followUp: input.followUp }),
    ...(asks.length && { asks }),
    ...(items.length && { items }),
  }
}
