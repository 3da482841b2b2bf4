import { computed, reactive, ref } from 'vue'
import { areas } from '@/store/areas'
import { useRemote } from '@/store/remote'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'

/** A list of what was registered, the form of a new one, and the secret that is shown once. */
export function useOutward<T>(fetchAll: () => Promise<T[]>) {
  void areas.want()
  const list = useRemote(
    () => 1,
    () => fetchAll(),
  )
  const input = reactive({ name: '', area: null as number | null })
  const secret = ref('')
  const busy = ref(false)
  const choices = computed(() =>
    areas.list.value
      .filter(({ level }) => level === 'street' || level === 'community')
      .map(({ id, name }) => ({ key: id, label: name })),
  )
  const area = computed({
    get: () => input.area ?? choices.value[0]?.key ?? null,
    set: (to) => (input.area = to),
  })
  /** Runs an act and reads the list anew; says what went wrong. */
  async function attempt(doing: () => Promise<unknown>) {
    busy.value = true
    try {
      await doing()
    } catch (cause) {
      say((cause as Error).message || t('state.error'), 'bad')
    }
    busy.value = false
    await list.load()
  }
  return { list, input, area, choices, secret, busy, attempt }
}
