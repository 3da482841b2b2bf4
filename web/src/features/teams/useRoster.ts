import { computed, onScopeDispose } from 'vue'
import { onTopic, serverNow } from '@/store/live'
import { useRemote } from '@/store/remote'
import { holds } from '@/store/session'
import { answerSwap, fetchShifts, type Shift } from '@/store/shifts'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'

/** The roster of the week that `monday` begins, and the answers to exchanges that wait. */
export function useRoster(monday: () => number) {
  const { state, error, value, load } = useRemote(monday, fetchShifts)
  onScopeDispose(onTopic('shift', () => void load()))
  const shifts = computed<readonly Shift[]>(() => value.value ?? [])
  const swaps = computed(() =>
    shifts.value.flatMap((shift) =>
      shift.swaps.filter(({ mine }) => mine === shift.id).map((swap) => ({ shift, swap })),
    ),
  )
  /** Whether it has not begun, so that it can still be changed. */
  const later = ({ startsAt }: Shift) => Date.parse(startsAt) > serverNow.value
  /** Whether it runs now. */
  const running = (shift: Shift) => !later(shift) && Date.parse(shift.endsAt) > serverNow.value

  async function attempt(doing: () => Promise<unknown>, done: string) {
    try {
      await doing()
      say(done, 'good')
    } catch (cause) {
      say((cause as Error).message || t('state.error'), 'bad')
    }
    await load()
  }
  const answer = (id: number, how: 'agree' | 'decline' | 'withdraw') =>
    attempt(() => answerSwap(id, how), t(how === 'agree' ? 'roster.agreed' : 'roster.declined'))

  return {
    state,
    error,
    load,
    shifts,
    swaps,
    later,
    running,
    attempt,
    answer,
    keeps: holds('secretary', 'dispatcher', 'duty_head', 'admin'),
    asks: holds('grid_leader', 'grid_staff', 'secretary', 'dispatcher', 'duty_head', 'handler'),
  }
}

/** A roster in the hand of a page. */
export type Roster = ReturnType<typeof useRoster>
