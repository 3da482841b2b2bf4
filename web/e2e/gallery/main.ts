import { createApp } from 'vue'
import { baseMapName } from '@/map/base'
import { config } from '@/store/config'
import { applyTextSize } from '@/ui/textSize'
import { followAddress } from '@/store/selection'
import '@/ui/base.css'
import GalleryPage from './GalleryPage.vue'

const wanted = new URLSearchParams(location.search)
document.documentElement.dataset.theme = wanted.get('theme') ?? 'light'
document.documentElement.dataset.face = wanted.get('face') ?? 'tablet'
const kind = wanted.get('base')
if (kind === 'gcj' || kind === 'xyz') {
  const choice = { name: '测试图', kind, url: '/raster/{z}/{x}/{y}', approval: '审图号：测试' } as const
  config.value = { ...config.value, baseMaps: [choice] }
  baseMapName.value = choice.name
}
applyTextSize()
followAddress()
createApp(GalleryPage, { theme: document.documentElement.dataset.theme }).mount('#app')
