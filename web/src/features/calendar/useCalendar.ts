import { computed, ref, shallowRef, watch } from 'vue'
import { fetchCalendar, saveCalendar, type Calendar, type SpecialDay } from '@/store/calendar'
import { useRemote } from '@/store/remote'
import { day, t } from '@/ui/text'
import { say } from '@/ui/toast'
import { daysBetween, workingDays } from './days'

/** What a day is set to; `ordinary` goes by its weekday. */
export type DayKind = 'ordinary' | 'holiday' | 'makeUp'

/** The working calendar while it is edited; nothing counts before it is saved. */
export function useCalendar() {
  const remote = useRemote(
    () => 1,
    () => fetchCalendar(),
  )
  const draft = shallowRef<Calendar | null>(null)
  const year = ref(Number(day(new Date()).slice(0, 4)))
  const from = ref('')
  const to = ref('')
  const name = ref('')
  const busy = ref(false)
  const special = computed(() => new Map(draft.value?.days.map((one) => [one.date, one])))
  const changed = computed(() => JSON.stringify(draft.value) !== JSON.stringify(remote.value.value))
  const working = computed(() => workingDays(year.value, special.value))
  const known = computed(
    () => draft.value?.days.some(({ date }) => date.startsWith(`${year.value}-`)) ?? false,
  )
  const reset = () => (draft.value = remote.value.value)
  watch(remote.value, reset, { immediate: true })

  function choose(date: string, span: boolean) {
    if (span && from.value)
      [from.value, to.value] = date < from.value ? [date, from.value] : [from.value, date]
    else from.value = to.value = date
    name.value = special.value.get(date)?.name ?? ''
  }
  function set(kind: DayKind) {
    const dates = daysBetween(from.value, to.value)
    const kept = draft.value!.days.filter(({ date }) => !dates.includes(date))
    const made: SpecialDay[] =
      kind === 'ordinary'
        ? []
        : dates.map((date) => ({ date, work: kind === 'makeUp', name: name.value.trim() }))
    const days = [...kept, ...made].sort((a, b) => (a.date < b.date ? -1 : 1))
    draft.value = { ...draft.value!, days }
  }
  function setHours(hours: Calendar['hours']) {
    draft.value = { ...draft.value!, hours }
  }
  async function save() {
    busy.value = true
    try {
      remote.value.value = await saveCalendar(draft.value!)
      say(t('state.saved'), 'good')
    } catch (cause) {
      const { code, message } = cause as { code?: string; message?: string }
      say(message || t('state.error'), 'bad')
      if (code === 'stale') await remote.load()
    } finally {
      busy.value = false
    }
  }
  return {
    remote,
    draft,
    year,
    from,
    to,
    name,
    busy,
    special,
    changed,
    working,
    known,
    reset,
    choose,
    set,
    setHours,
    save,
  }
}
