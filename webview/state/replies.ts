/** Questions that a page has put to the host by number, and who waits for which answer. */
export class Replies<Reply> {
  private readonly waiting = new Map<number, { resolve(reply: Reply): void; reject(error: Error): void }>();
  private next = 1;

  /** @param post sends the question under its number */
  ask(post: (request: number) => void): Promise<Reply> {
    const request = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(request, { resolve, reject });
      post(request);
    });
  }

  /** An answer has come, or why there is none. Nobody may wait for it: the page was loaded anew. */
  settle(request: number, reply: Reply | Error): void {
    const waiting = this.waiting.get(request);
    this.waiting.delete(request);
    if (reply instanceof Error) waiting?.reject(reply);
    else waiting?.resolve(reply);
  }
}
