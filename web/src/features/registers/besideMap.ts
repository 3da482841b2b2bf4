import { ref, watch } from 'vue'

const KEY = 'register.besideMap'

/** Whether the map stands beside the registers; remembered in this browser. */
export const besideMap = ref(localStorage.getItem(KEY) === 'yes')
watch(besideMap, (on) => localStorage.setItem(KEY, on ? 'yes' : 'no'))
