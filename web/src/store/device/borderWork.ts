import { computed, ref, shallowRef, watch } from 'vue'
import { fetchBorderWalks, type BorderPiece, type BorderWalk } from '../borderWalks'
import { onTopic } from '../live'
import { pieceOf, withAnswers } from './bordersHere'
import { onDelivered, unsent } from './outbox'
import { reachable } from './reach'

const known = shallowRef<readonly BorderWalk[]>([])

/** Borders that those who work here are asked to walk. */
export const borderWork = {
  /** Whether they have been read, and whether that failed. */
  state: shallowRef<'loading' | 'ready' | 'error'>('loading'),
  /** Open walks, the newest first, with what this device has said and not sent. */
  walks: computed(() => withAnswers(known.value, unsent.value)),
  /** The piece that is looked at. */
  chosen: ref<number | null>(null),
  /** Where the person is, while it is shown; kept nowhere. */
  here: shallowRef<[number, number] | null>(null),
}

/** Every piece, in walking order. */
export const borderPieces = computed<readonly BorderPiece[]>(() =>
  borderWork.walks.value.flatMap(({ pieces }) => pieces),
)

/** How many nobody has been at. */
export const piecesOpen = computed(() => borderPieces.value.filter(({ state }) => state === 'open').length)

/** Pieces whose answer waits on this device. */
export const piecesWaiting = computed(() => new Set(unsent.value.map(pieceOf)))

/** Reads what is to be walked; what is known stays when it cannot be read. */
export async function loadBorderWork(): Promise<void> {
  try {
    known.value = await fetchBorderWalks({ open: true })
    borderWork.state.value = 'ready'
  } catch {
    if (borderWork.state.value === 'loading') borderWork.state.value = 'error'
  }
}

const SETTLE = 400 // milliseconds: a walk is told once for each of its grids

/** Keeps the list: now, when the network comes back, when something is told of a walk or has been sent. Returns the stop. */
export function followBorderWork(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void loadBorderWork(), SETTLE)
  }
  const stops = [
    watch(reachable, () => void loadBorderWork(), { immediate: true }),
    onTopic('border_walk', soon),
    onDelivered((row) => pieceOf(row) && soon()),
  ]
  return () => {
    clearTimeout(timer)
    stops.forEach((stop) => stop())
  }
}
