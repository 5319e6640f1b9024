import { useDetail } from './use-detail.ts';

interface ExchangePanelProps {
  readonly id: string;
  readonly tab: string | undefined;
}

/** One exchange, whole. */
export function ExchangePanel({ id, tab }: ExchangePanelProps) {
  const { value, failure } = useDetail(id);
  if (failure !== undefined) return <aside>{failure.message}</aside>;
  return <aside data-tab={tab}>{value?.row.target}</aside>;
}
