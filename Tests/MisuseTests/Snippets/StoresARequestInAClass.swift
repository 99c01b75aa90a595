// SPDX-License-Identifier: Apache-2.0
// expects: lifetime-dependent variable 'value' escapes its scope
import HTTPD

final class Keeper {
    var request: Request?
}
