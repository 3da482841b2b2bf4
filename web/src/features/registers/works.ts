import { day } from '@/ui/text'
import { col, staff, time, word, type RegisterPage } from './page'

/** Work that comes in: visits and incidents, listed newest first. */
export const works: readonly RegisterPage[] = [
  {
    name: 'incidents',
    title: 'noun.incident',
    noun: 'incident',
    roles: staff,
    kinds: {
      vocabulary: 'incidentState',
      values: [
        'open',
        'reported',
        'verifying',
        'filed',
        'dispatched',
        'handling',
        'suspended',
        'checking',
        'follow_up',
        'closed',
        'refused',
        'merged',
        'void',
      ],
      query: 'state',
      label: 'card.state',
    },
    narrows: true,
    columns: () => [
      col('number', 'card.number'),
      col('className', 'card.class'),
      col('state', 'card.state', word('incidentState', 'state')),
      col('urgency', 'card.urgency', word('urgency', 'urgency')),
      col('place', 'card.place'),
      col('receivedAt', 'card.reported', time('receivedAt')),
      col('handlerUnit', 'card.handler'),
    ],
  },
  {
    name: 'visits',
    title: 'noun.visit',
    noun: 'visit',
    roles: ['grid_leader', 'grid_staff', 'secretary'],
    kinds: {
      vocabulary: 'visitKind',
      values: ['four_hundred', 'aid', 'return', 'policy', 'safety', 'festival', 'mediation', 'opinion'],
    },
    narrows: true,
    columns: () => [
      col('occurredAt', 'card.when', time('occurredAt')),
      col('kind', 'card.kind', word('visitKind', 'kind')),
      col('met', 'card.visitMet', word('met', 'met')),
      col('outcome', 'card.outcome', word('outcome', 'outcome')),
      col('note', 'card.note'),
      col('followUp', 'card.followUp', (row) => (row.followUp ? day(row.followUp as string) : null)),
    ],
  },
]
