/* SPDX-License-Identifier: EUPL-1.2
 *
 * stream_id: what an SRT caller says it wants. Understood are a plain name, the keys of SRT Access Control ("#!::r=cam-a,m=publish",
 * draft-sharabayko-srt 3.2.1.3 and SRT's AccessControl.md), and a path ("publish/cam-a" or "publish:cam-a"). Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define STREAM_ID_MOST 512 /* bytes, by the standard */

/* Writes the name of the source, cut to `size` and empty if there is none, and returns whether it is asked to send to it (true) or wishes to
 * play it (false). A caller that does not say which is taken to send: that is what cameras do. */
bool stream_id_parse(const char *text, char *name, size_t size);
