import type { Plan } from '@/store/plans'
import { t } from '@/ui/text'

/** The kinds of plans that can be begun; the server refuses the others. */
export const openKinds: readonly Plan['kind'][] = ['grid', 'community', 'micro']

/** What a plan draws, in words. */
export const kindWord = (kind: Plan['kind']): string => t(`planKind.${kind}`)
