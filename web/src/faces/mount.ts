import { createApp, type Component } from 'vue'
import { loadConfig } from '@/store/config'
import { followAddress } from '@/store/selection'
import { watchSession } from '@/store/session'
import { applyTextSize } from '@/ui/textSize'
import '@/ui/base.css'

/** Starts a face: fonts and tokens, the address, the configuration, then the page. */
export async function mountFace(root: Component): Promise<void> {
  applyTextSize()
  followAddress()
  watchSession()
  // A page without configuration still shows its map and says what is missing.
  await loadConfig().catch(() => undefined)
  createApp(root).mount('#app')
}
