import '@/ui/everyText'
import { mountFace } from '../mount'

// The remote control is for phones: they need no map.
if (location.pathname === '/wall/remote')
  void import('./RemotePage.vue').then((page) => mountFace(page.default))
else
  void Promise.all([import('./App.vue'), import('./PairingPage.vue')]).then(([wall, pairing]) =>
    mountFace(wall.default, { stranger: pairing.default }),
  )
