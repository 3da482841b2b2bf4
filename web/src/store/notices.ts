import { computed, shallowRef } from 'vue'
import { api, ok, type ApiError, type Wire } from '@/api/client'
import type { LoadState } from './collection'
import { onLive } from './live'

/** Something a person concerned with an incident should know (通知). */
export type Notice = Wire['Notice']

const SETTLE = 5_000 // milliseconds in which changes of incidents are put together

const list = shallowRef<readonly Notice[]>([])
const unread = shallowRef(0)
const state = shallowRef<LoadState>('idle')
const error = shallowRef<ApiError | null>(null)

function take(answer: Wire['NoticeList']) {
  list.value = answer.items
  unread.value = answer.unread
  state.value = 'ready'
}

async function load(): Promise<void> {
  if (state.value !== 'ready') state.value = 'loading'
  try {
    take(await ok(api.GET('/api/notices')))
  } catch (cause) {
    error.value = cause as ApiError
    if (state.value !== 'ready') state.value = 'error'
  }
}

/** One's own notices, the newest of each incident, and how many incidents have unread ones. */
export const notices = {
  list: computed(() => list.value),
  unread: computed(() => unread.value),
  state,
  error,
  load,
  /** Marks all that are shown as read. Throws ApiError. */
  async read(): Promise<void> {
    const upto = list.value[0]?.id
    if (upto && unread.value) take(await ok(api.POST('/api/notices/read', { body: { upto } })))
  },
}

/** Keeps the notices up to date; `heard` is called for each that comes. Returns the stop. */
export function followNotices(heard: (notice: Notice) => void): () => void {
  void load()
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = onLive((event) => {
    // A step settles notices of others, so what is unread is asked for again.
    if (event.topic === 'incident' && unread.value)
      timer ??= setTimeout(() => void load().then(() => (timer = undefined)), SETTLE)
    if (event.topic !== 'notice' || !('body' in event)) return
    const notice = event.body as Notice
    if (!notice.id) return // only that something has come of a call for help
    if (list.value.some(({ id }) => id === notice.id)) return
    const before = list.value.find(({ incident }) => incident === notice.incident)
    const rest = list.value.filter(({ incident }) => incident !== notice.incident)
    list.value = [{ ...notice, more: before ? before.more + 1 : 0 }, ...rest].slice(0, 50)
    if (!before || before.read) unread.value++
    heard(notice)
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}
