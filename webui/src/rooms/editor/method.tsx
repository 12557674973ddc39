import classes from './method.module.css';

/** The method of a request, with a colour for what it does: reads, writes or deletes. */
export function Method({ method }: { method: string }) {
  return (
    <span className={classes.method} data-method={method}>
      {method}
    </span>
  );
}
