/* SPDX-License-Identifier: EUPL-1.2
 *
 * api: POST /v1/NOUN/VERB, the commands over HTTP: arguments as a JSON object, the answer the same
 * JSON that `twinstage --json` prints. Bearer: the crew's token.
 */
#pragma once

struct answer;
struct house;
struct request;

void api_answer(const struct house *house, const struct request *request, struct answer *answer);
