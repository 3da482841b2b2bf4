import { tileAddress } from '@/map/tiles'
import { addKeptProtocol, keptAddress } from '@/map/keptTiles'

/** From here on the map asks the server for tiles while it answers, and this device when it does not. */
export function followTiles(): void {
  addKeptProtocol()
  tileAddress.value = keptAddress
}
