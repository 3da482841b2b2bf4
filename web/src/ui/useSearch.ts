import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'

/** One suggestion of a search. */
export interface Hit {
  key: string
  label: string
  detail?: string
}

/** Finds hits for a text; the signal tells that the answer is no longer wanted. */
export type Finder<H extends Hit> = (text: string, signal: AbortSignal) => Promise<H[]>

/** Asks for hits while a text is being typed: after a short rest, and only the last answer counts. */
export function useSearch<H extends Hit>(text: Ref<string>, find: Finder<H>, rest = 200) {
  const hits = shallowRef<H[]>([])
  /** The text that hits belongs to; '' while nothing was asked. */
  const asked = ref('')
  const failed = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: AbortController | undefined

  function stop() {
    clearTimeout(timer)
    running?.abort()
  }

  async function ask(wanted: string) {
    running = new AbortController()
    const { signal } = running
    try {
      const found = await find(wanted, signal)
      if (signal.aborted) return
      hits.value = found
      failed.value = false
    } catch {
      if (signal.aborted) return
      hits.value = []
      failed.value = true
    }
    asked.value = wanted
  }

  watch(text, (now) => {
    stop()
    const wanted = now.trim()
    if (!wanted) {
      hits.value = []
      asked.value = ''
      return
    }
    timer = setTimeout(() => void ask(wanted), rest)
  })
  onBeforeUnmount(stop)
  return { hits, asked, failed }
}
