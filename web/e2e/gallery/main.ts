import { createApp } from 'vue'
import { baseMapId } from '@/map/base'
import { config } from '@/store/config'
import { applyTextSize } from '@/ui/textSize'
import { followAddress } from '@/store/selection'
import '@/ui/base.css'
import GalleryPage from './GalleryPage.vue'

const wanted = new URLSearchParams(location.search)
document.documentElement.dataset.theme = wanted.get('theme') ?? 'light'
document.documentElement.dataset.face = wanted.get('face') ?? 'tablet'
const datum = wanted.get('datum')
if (datum === 'gcj02' || datum === 'wgs84') {
  const tiles = ['/raster/{z}/{x}/{y}']
  const choice = {
    id: datum,
    name: datum,
    tiles,
    datum,
    minZoom: 3,
    maxZoom: 18,
    attribution: '审图号：测试',
  } as const
  config.value = { ...config.value, baseMaps: [{ ...choice, tiles }] }
  baseMapId.value = datum
}
applyTextSize()
followAddress()
createApp(GalleryPage, { theme: document.documentElement.dataset.theme }).mount('#app')
