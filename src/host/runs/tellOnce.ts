/**
 * How far runs are, told in one place at a time: a notification stands only while nothing else on the screen tells it, and goes when the
 * lab or the experiment's own line in the status bar does. Ends with the runs.
 * @param done the end of the runs.
 * @param told whether something else tells it now.
 * @param notify shows the notification until `over`.
 * @param pause between two looks; the first look comes after one, so that short runs show nothing.
 */
export async function tellOnce(done: Promise<void>, told: () => boolean, notify: (over: Promise<void>) => PromiseLike<void>, pause: () => Promise<void>): Promise<void> {
  let ended = false;
  const end = done.then(() => { ended = true; }, () => { ended = true; });
  const wait = (): Promise<void> => Promise.race([end, pause()]);
  const over = async (): Promise<void> => {
    do await wait();
    while (!ended && !told());
  };
  await wait();
  while (!ended) {
    if (told()) await wait();
    else await notify(over());
  }
  await done;
}
