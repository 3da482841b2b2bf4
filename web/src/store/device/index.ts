import { watch } from 'vue'
import { setStandIn } from '@/api/client'
import { setQueue } from '../commands'
import { visitArrived } from './doors'
import { watchLeave } from './leave'
import { lookForMap } from './mapFile'
import { onDelivered, queue, watchOutbox } from './outbox'
import { keptGrids, loadPacks, packs, watchPacks } from './packs'
import { watchReach } from './reach'
import { keepShell } from './shell'
import { deviceStandIn } from './standIn'
import { lookAtRoom } from './storage'

/** Makes this window work without a network; before anything is asked of the server. Resolves when what is kept has been read. */
export function workOffline(): Promise<void> {
  setStandIn(deviceStandIn)
  setQueue(queue)
  return loadPacks()
}

/** Keeps the device going until the returned stop is called; `left` is called when somebody has signed out of it. */
export function followDevice(left: () => void): () => void {
  void keepShell().catch(() => {}) // refused: works as a page
  void lookAtRoom()
  const look = watch([keptGrids, packs], () => keptGrids.value.forEach((grid) => void lookForMap(grid)), {
    immediate: true,
  })
  const stops = [onDelivered(visitArrived), watchReach(), watchOutbox(), watchPacks(), watchLeave(left), look]
  return () => stops.forEach((stop) => stop())
}
