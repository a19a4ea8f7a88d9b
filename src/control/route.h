/* SPDX-License-Identifier: EUPL-1.2
 *
 * route: which door a path belongs to: /whip and /whep, /v1, /metrics, or the pages.
 */
#pragma once

struct answer;
struct house;
struct request;

/* Always fills the answer. Control loop. */
void route(const struct house *house, const struct request *request, struct answer *answer);
