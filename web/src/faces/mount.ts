import { createApp, type Component } from 'vue'
import { loadConfig } from '@/store/config'
import { followAddress } from '@/store/selection'
import { actor, loadSession, watchSession } from '@/store/session'
import { recallLanguage } from '@/ui/text'
import { applyTextSize } from '@/ui/textSize'
import '@/ui/base.css'

/** What a face needs besides its root. */
export interface MountOptions {
  /** Stands without anybody signed in: the sign-in page itself. */
  open?: boolean
  /** Stands for the page while nobody is signed in; without it that leads to the sign-in page. */
  stranger?: Component
}

/** Starts a face: fonts and tokens, the address, the configuration, who is signed in, then the page. */
export async function mountFace(
  root: Component,
  { open = false, stranger }: MountOptions = {},
): Promise<void> {
  applyTextSize()
  followAddress()
  watchSession()
  // A page without configuration or network still shows its frame and says what is missing.
  const known = Promise.all([loadConfig(), open ? undefined : loadSession()])
  await recallLanguage()
  const answered = await known.then(
    () => true,
    () => false,
  )
  if (answered && !open && !actor.value) {
    if (stranger) return void createApp(stranger).mount('#app')
    const here = location.pathname + location.search + location.hash
    location.replace(`/login?to=${encodeURIComponent(here)}`)
    return
  }
  createApp(root).mount('#app')
}
