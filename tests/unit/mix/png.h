/* SPDX-License-Identifier: EUPL-1.2
 *
 * png: a picture as people can look at it, in build/artefacts.
 */
#pragma once

struct frame;

/* build/artefacts/NAME.png, from the project's folder. */
void png_write(const struct frame *frame, const char *name);
