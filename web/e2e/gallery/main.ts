import { createApp } from 'vue'
import { applyTextSize } from '@/ui/textSize'
import { followAddress } from '@/store/selection'
import '@/ui/base.css'
import GalleryPage from './GalleryPage.vue'

const wanted = new URLSearchParams(location.search)
document.documentElement.dataset.theme = wanted.get('theme') ?? 'light'
document.documentElement.dataset.face = wanted.get('face') ?? 'tablet'
applyTextSize()
followAddress()
createApp(GalleryPage, { theme: document.documentElement.dataset.theme }).mount('#app')
