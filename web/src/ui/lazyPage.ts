import { defineAsyncComponent, type Component } from 'vue'
import PageLoading from './PageLoading.vue'
import PageMissing from './PageMissing.vue'

/** A page whose script comes when it is opened, with something to see while it does and when it cannot. */
export function lazyPage(load: () => Promise<{ default: Component }>): Component {
  return defineAsyncComponent({
    loader: load,
    loadingComponent: PageLoading,
    errorComponent: PageMissing,
    delay: 0, // the skeleton has a delay of its own
  })
}
