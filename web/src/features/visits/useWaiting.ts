import { computed, onScopeDispose, reactive, ref } from 'vue'
import { onLive } from '@/store/live'
import { useRemote } from '@/store/remote'
import { uuidv7 } from '@/store/uuid'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'

/** The two lists: residents to be told, and what is under way. */
export type WaitingList = 'to_tell' | 'open'

/** What a person does about something that waits. */
export interface Done {
  result?: string
  toldBack?: boolean
}

/** Something that was raised at a door and waits until the resident has been told. */
interface Waits {
  id: string
  version: number
  place: string
}

const PAUSE = 2_000 // milliseconds of news that are answered by one reading

/** How one kind of it is read, changed and heard of. */
interface Kind<T extends Waits> {
  read: (grid: number | null, list: WaitingList) => Promise<T[]>
  /** Null while only this device has the change. Throws ApiError. */
  change: (one: T, what: Done, key: string) => Promise<unknown>
  topics: readonly string[]
}

/** What waits in a grid, or in the whole territory, and what a person does about it. */
export function useWaiting<T extends Waits>(grid: () => number | null, kind: Kind<T>) {
  const remote = useRemote(
    () => `${grid()}`,
    async () => {
      const [toTell, open] = await Promise.all([kind.read(grid(), 'to_tell'), kind.read(grid(), 'open')])
      return { to_tell: toTell, open }
    },
  )
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = onLive(({ topic }) => {
    if (!kind.topics.includes(topic)) return
    clearTimeout(timer)
    timer = setTimeout(() => void remote.load(), PAUSE)
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })

  // Kept on this device while the list still comes from the server: not shown twice.
  const kept = reactive(new Set<string>())
  const mark = ({ id, version }: Waits) => `${id} ${version}`
  const lists = computed(() => {
    const left = (list: readonly T[] = []) => list.filter((one) => !kept.has(mark(one)))
    return { to_tell: left(remote.value.value?.to_tell), open: left(remote.value.value?.open) }
  })

  const busy = ref('')
  const trouble = ref('')
  async function change(one: T, what: Done): Promise<boolean> {
    if (busy.value) return false
    busy.value = one.id
    trouble.value = ''
    try {
      const stored = await kind.change(one, what, uuidv7())
      kept.add(mark(one))
      say(t(what.toldBack ? 'matter.toldSaid' : 'matter.doneSaid', { place: one.place }), 'good')
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
  return { remote, lists, busy, trouble, change }
}
