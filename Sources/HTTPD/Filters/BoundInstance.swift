// SPDX-License-Identifier: Apache-2.0

/// An ``Instance`` with the options that it was bound with.
class BoundInstance<Options: FilterOptions>: Instance {
    final let options: Options

    init(_ registration: Registration, _ boundName: String, _ options: Options) {
        self.options = options
        super.init(registration, boundName: boundName)
    }
}
