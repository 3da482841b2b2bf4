import { reactive, ref, shallowRef } from 'vue'
import { uuidv7 } from '@/store/uuid'
import { answer, readStatus, type Refusal, type Status } from './send'

/** One report that is followed by its number and secret, and what the resident says of the end. */
export function useStatus() {
  const input = reactive({ number: '', secret: '' })
  const status = shallowRef<Status | null>(null)
  const trouble = ref('')
  const busy = ref(false)
  const said = ref(false)
  const words = ref('')

  async function run(work: () => Promise<Status>) {
    busy.value = true
    trouble.value = ''
    try {
      status.value = await work()
      return true
    } catch (cause) {
      trouble.value = (cause as Refusal).message
      return false
    } finally {
      busy.value = false
    }
  }
  const of = () => ({ number: input.number.trim().toUpperCase(), secret: input.secret.trim().toUpperCase() })
  function ask() {
    said.value = false
    status.value = null
    return run(() => readStatus(of()))
  }
  async function say(satisfied: boolean) {
    said.value = await run(() => answer(of(), satisfied, words.value, uuidv7()))
    if (said.value) words.value = ''
  }
  return { input, status, trouble, busy, said, words, ask, say }
}
