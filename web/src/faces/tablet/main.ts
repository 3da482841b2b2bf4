import '@/ui/everyText'
import { followTiles } from './offlineTiles'
import { workOffline } from '@/store/device'
import { mountFace } from '../mount'
import App from './App.vue'

followTiles()
void workOffline().then(() => mountFace(App))
