import { computed, onScopeDispose, reactive, ref } from 'vue'
import { onLive } from '@/store/live'
import { changeVisit, mattersOf } from '@/store/matters'
import { useRemote } from '@/store/remote'
import { uuidv7 } from '@/store/uuid'
import type { Visit } from '@/store/visitWork'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'

/** The two lists: residents to be told, and matters under way. */
export type MatterList = 'to_tell' | 'open'

const PAUSE = 2_000 // milliseconds of news that are answered by one reading

/** What waits in a grid, or in the whole territory, and what a person does about it. */
export function useMatters(grid: () => number | null) {
  const shown = ref<MatterList>('to_tell')
  const remote = useRemote(
    () => `${grid()}`,
    async () => {
      const [toTell, open] = await Promise.all([mattersOf(grid(), 'to_tell'), mattersOf(grid(), 'open')])
      return { to_tell: toTell, open }
    },
  )
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = onLive(({ topic }) => {
    if (topic !== 'visit' && topic !== 'incident') return
    clearTimeout(timer)
    timer = setTimeout(() => void remote.load(), PAUSE)
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })

  // Kept on this device while the list still comes from the server: not shown twice.
  const kept = reactive(new Set<string>())
  const mark = ({ id, version }: Visit) => `${id} ${version}`
  const lists = computed(() => {
    const left = (list: readonly Visit[] = []) => list.filter((one) => !kept.has(mark(one)))
    return { to_tell: left(remote.value.value?.to_tell), open: left(remote.value.value?.open) }
  })

  const busy = ref('')
  const trouble = ref('')
  async function change(visit: Visit, what: { result?: string; toldBack?: boolean }): Promise<boolean> {
    if (busy.value) return false
    busy.value = visit.id
    trouble.value = ''
    try {
      const stored = await changeVisit(visit, what, uuidv7())
      kept.add(mark(visit))
      say(t(what.toldBack ? 'matter.toldSaid' : 'matter.doneSaid', { place: visit.place }), 'good')
      if (stored) await remote.load()
      return true
    } catch (cause) {
      const { code, message } = cause as { code?: string; message?: string }
      trouble.value = code === 'offline' ? t('state.offline') : message || t('state.error')
      if (code === 'stale') void remote.load()
      return false
    } finally {
      busy.value = ''
    }
  }
  return { shown, remote, lists, busy, trouble, change }
}
