/* SPDX-License-Identifier: EUPL-1.2
 *
 * patience: work that may never come back (a disk whose server is gone), for somebody who must not
 * wait for it: it is done on a thread of its own, and waited for a while. What has not come back by
 * then keeps its thread for as long as it takes. While PATIENCE_MOST do, nothing more is begun.
 *
 * Any thread.
 */
#pragma once

#include <stdbool.h>

#define PATIENCE_MOST 4

/* Does work(data). True: it is done, and `data` is the caller's again. False: it was not done within
 * `most_ms`, or not begun; `data` is not the caller's any more, and release(data) is called when
 * nobody uses it. */
bool patience_run(void (*work)(void *data), void *data, void (*release)(void *data), int most_ms);
