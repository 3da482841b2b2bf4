import { createApp } from 'vue'
import '@/ui/tokens.css'
import '@/ui/light.css'
import './shared.css'
import App from './App.vue'

createApp(App).mount('#app')
