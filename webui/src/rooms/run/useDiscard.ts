import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { undoToast } from '@/widgets/undo-toast';
import { discardRun, restoreRun } from './actions';

/** Ends a run at once and deletes it; the list of runs, which is shown then, offers to undo that. */
export function useDiscard({ id, number }: { id: string; number: number }, done: () => void): UseMutationResult<unknown, Error, void> {
  const { t } = useTranslation('run');
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const refresh = () => client.invalidateQueries({ queryKey: ['runs'] });
  const restore = useMutation({ mutationFn: () => restoreRun(id), onSettled: refresh });
  return useMutation({
    mutationFn: () => discardRun(id),
    onSuccess: () => {
      done();
      navigate('/runs');
      undoToast(t('discarded', { number }), t('undo'), t('close'), () => restore.mutate());
      return refresh();
    },
  });
}
