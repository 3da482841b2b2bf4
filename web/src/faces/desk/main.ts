import '@/ui/everyText'
import { mountFace } from '../mount'
import App from './App.vue'

void mountFace(App)
