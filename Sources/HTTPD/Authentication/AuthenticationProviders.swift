// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Names of authentication providers of httpd, in the order in which they are asked: `file,dbm` in the configuration.
///
/// What modules such as mod_authn_file, mod_authn_dbm, mod_authn_dbd and mod_authnz_ldap register, and aliases that
/// `<AuthnProviderAlias>` made above: the words of `AuthBasicProvider`.
public struct AuthenticationProviders: DirectiveValue, Equatable {
    /// The names.
    public let names: [String]

    /// No provider: nobody can authenticate.
    public static let none = AuthenticationProviders()

    private init() {
        names = []
    }

    /// Names with commas between them; each must be known by now.
    public init(directiveArgument text: String) throws(DirectiveError) {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        for name in names {
            guard !name.isEmpty else {
                throw DirectiveError("must be authentication providers, such as file or file,dbm, not '\(text)'")
            }
            // SAFETY: the name is only read.
            guard unsafe chttpd_has_authn_provider(name) != 0 else {
                throw DirectiveError(
                    "there is no authentication provider '\(name)': load its module (authn_\(name), perhaps), "
                        + "or put its <AuthnProviderAlias> above")
            }
        }
        self.names = names
    }

    /// Whether there is none.
    public var isEmpty: Bool { names.isEmpty }
}

/// What authentication providers say of a name and a password. The corresponding C type is `authn_status`.
public enum AuthenticationResult: Equatable, Sendable {
    /// The password is the user's.
    case granted
    /// It is not.
    case denied
    /// No provider knows the user. Do not tell the client which of the two it was.
    case userNotFound
    /// A provider could not do its work; it has written to the log why.
    case error
}
