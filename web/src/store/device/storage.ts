import { shallowRef } from 'vue'

/** How much of the device's room is used, in bytes, and whether the browser may clear it on its own. */
export interface Room {
  used: number
  quota: number
  lasting: boolean
}

/** The room as last looked at; null where the browser does not tell. */
export const room = shallowRef<Room | null>(null)

/** From this share on the room is told to be nearly full. */
export const NEARLY_FULL = 0.9

/** Looks at the room and asks the browser to keep what is here. */
export async function lookAtRoom(): Promise<void> {
  if (!('storage' in navigator) || !('estimate' in navigator.storage)) return
  const lasting = (await navigator.storage.persisted?.()) || (await navigator.storage.persist?.()) || false
  const { usage = 0, quota = 0 } = await navigator.storage.estimate()
  room.value = { used: usage, quota, lasting }
}
