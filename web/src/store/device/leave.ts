import { shallowRef, watch } from 'vue'
import { actor, signOut } from '../session'
import { base } from './base'
import { flush, outboxKnown, unsent } from './outbox'
import { wipe } from './packs'
import { reachable } from './reach'

/*
 * Signing out of a device that still holds work: first everything is sent, then
 * the session ends, then the data leaves the device. Without a network the wish
 * is remembered and carried out once there is one.
 */

const NOTE = 'leave'

const readNote = async () => (await base()).get('notes', NOTE)

/** Whether somebody wants to sign out and waits for the rest to be sent. */
export const wantsToLeave = shallowRef(false)

/** Asks to sign out as soon as everything is sent. */
export async function leave(): Promise<void> {
  wantsToLeave.value = true
  await (await base()).put('notes', { name: NOTE, value: actor.value?.id })
  await flush()
}

/** Stays after all. */
export async function stay(): Promise<void> {
  wantsToLeave.value = false
  await (await base()).delete('notes', NOTE)
}

/** Signs out once the wish is there and nothing is left; `left` is called afterwards. Returns the stop. */
export function watchLeave(left: () => void): () => void {
  let going = false
  void readNote().then((note) => {
    if (note && note.value === actor.value?.id) wantsToLeave.value = true
  })
  return watch(
    [wantsToLeave, outboxKnown, () => unsent.value.length, reachable],
    async () => {
      if (going || !wantsToLeave.value || !outboxKnown.value || unsent.value.length > 0) return
      going = true
      try {
        await signOut()
      } catch {
        going = false
        return // no network: the next change of reach tries again
      }
      await wipe()
      left()
    },
    { immediate: true },
  )
}
