import { useEditor } from './context';
import { StepView } from './flow/step-view';
import { stepKind } from './outline';
import { PlanSection } from './plan';
import { isItem } from './actions';
import { ListView } from './transaction/list-view';
import { TransactionView } from './transaction/transaction-view';
import { YamlView } from './text/yaml-view';

/** The form of what is chosen, or the text of the plan. */
export function Main() {
  const { doc, where, editor } = useEditor();
  const { path } = where;
  if (where.view === 'yaml') return <YamlView />;
  if (path.length === 0) return <PlanSection section={where.section ?? 'general'} editor={editor} />;
  if (path[0] === 'transactions' && path.length === 2) return <TransactionView path={path} key={path.join('/')} />;
  if (!isItem(path)) return <ListView path={path} />;
  return <StepView path={path} kind={stepKind(doc, path)} key={path.join('/')} />;
}
