using Caisson.Core.Policy;

namespace Caisson.Settings.Reading;

/// <summary>The key <c>network</c>.</summary>
internal static class NetworkSection
{
    public static void Read(SettingsNode node, ProfileDraft draft, bool claude)
    {
        Func<string, IReadOnlyList<SettingsNode>> list = claude ? node.ItemsOf : key => node.Required(key).Items();
        draft.Allow.AddRange(list("allowedDomains").Select(item => DomainPattern.Parse(item, deny: false)));
        draft.Deny.AddRange(list("deniedDomains").Select(item => DomainPattern.Parse(item, deny: true)));
        foreach (var (key, reason) in node.Optional("deniedDomainReasons")?.Entries() ?? [])
        {
            if (draft.Deny.All(rule => rule.Text != key))
                throw reason.Invalid("'deniedDomains' has no such entry", "Spell it as in deniedDomains.");
            draft.DenyReasons[key] = reason.Text();
        }

        foreach (var item in node.ItemsOf("deniedResolvedAddresses"))
        {
            if (!EgressRule.TryParse(item.Text(), out var rule, out _) || rule.Kind != EgressRuleKind.Network || rule.Port is not null)
                throw item.Invalid($"'{item.Text()}' is neither an address nor a CIDR range");
            draft.Deny.Add(rule);
        }

        draft.Strict |= node.FlagOf("strictAllowlist");
        draft.UnixSockets |= node.FlagOf("allowAllUnixSockets");
        if (claude && node.Optional("allowManagedDomainsOnly") is { } managed && managed.Flag())
            throw managed.Unenforceable("managed settings are not read, so their domains are not known", "Remove the key and write the managed domains here.");
        ReadProxies(node, draft);
        ReadTls(node, draft);
        ReadIgnored(node, draft);
        node.RejectUnknown();
    }

    private static void ReadProxies(SettingsNode node, ProfileDraft draft)
    {
        if (node.Optional("httpProxyPort") is { } http)
        {
            http.Integer(1, 65535);
            throw http.Unenforceable("everything leaves through Caisson's own gateway, which passes on to SOCKS5 proxies only", "Use socksProxyPort.");
        }

        if (node.Optional("socksProxyPort") is { } socks)
        {
            draft.Proxy = new UpstreamProxy("127.0.0.1", socks.Integer(1, 65535), null, null);
            draft.Notice(socks, "the proxy is used behind the gateway, which applies allowedDomains first");
        }

        if (node.Optional("mitmProxy") is { } mitm)
            throw mitm.Unenforceable("traffic cannot be handed to another intercepting proxy");
        if (node.Optional("parentProxy") is { } parent)
            ReadParentProxy(parent, draft);
    }

    private static void ReadParentProxy(SettingsNode parent, ProfileDraft draft)
    {
        var proxies = new[] { parent.Optional("http"), parent.Optional("https") }.OfType<SettingsNode>().ToList();
        if (parent.Optional("noProxy") is { } exceptions)
            throw exceptions.Unenforceable("exceptions from a proxy are not possible: everything takes it or nothing does");
        parent.RejectUnknown();
        if (proxies.Count == 1)
            throw parent.Unenforceable("a proxy carries everything, so 'http' and 'https' must both be given and be the same");
        foreach (var proxy in proxies)
        {
            if (!Uri.TryCreate(proxy.Text(), UriKind.Absolute, out var uri) || uri.Host.Length == 0)
                throw proxy.Invalid("this is not a proxy's URL");
            if (uri.Scheme is not ("socks5" or "socks5h") || uri.Port < 1)
                throw proxy.Unenforceable("only SOCKS5 proxies with a port can be used", "Write socks5://HOST:PORT.");
            var credentials = uri.UserInfo.Split(':', 2);
            var found = new UpstreamProxy(
                uri.IdnHost,
                uri.Port,
                uri.UserInfo.Length == 0 ? null : Uri.UnescapeDataString(credentials[0]),
                credentials.Length < 2 ? null : Uri.UnescapeDataString(credentials[1]));
            if (draft.Proxy is not null && draft.Proxy != found)
                throw proxy.Unenforceable("only one proxy can be used");
            draft.Proxy = found;
        }
    }

    private static void ReadTls(SettingsNode node, ProfileDraft draft)
    {
        if (node.Optional("tlsTerminate") is not { } tls)
            return;
        draft.OpensTls = true;
        draft.Notice(tls, "TLS is opened only for the hosts that a masked credential is injected into; for all others the name alone is checked");
        foreach (var key in new[] { "caCertPath", "caKeyPath", "extraCaCertPaths" })
        {
            if (tls.Optional(key) is { } own)
                throw own.Unenforceable("the gateway makes its own certificate authority and trusts the host's");
        }

        foreach (var item in tls.ItemsOf("excludeDomains"))
            draft.TlsExcluded.Add(DomainPattern.Parse(item, deny: true));
        CommonSection.Ignore(tls, draft, "maxTunnels", value => value.Integer(1, 65536), "the gateway has limits of its own");
        CommonSection.Ignore(tls, draft, "handshakeTimeoutMs", value => value.Integer(100, 600_000), "the gateway has limits of its own");
        tls.RejectUnknown();
    }

    private static void ReadIgnored(SettingsNode node, ProfileDraft draft)
    {
        const string MacOnly = "this is for macOS and has no effect on Linux";
        CommonSection.Ignore(node, draft, "allowUnixSockets", CommonSection.Texts, MacOnly);
        CommonSection.Ignore(node, draft, "allowMachLookup", CommonSection.Texts, MacOnly);
        CommonSection.Ignore(node, draft, "allowLocalBinding", value => value.Flag(), "a sandbox has a loopback of its own, on which it may always listen");
        CommonSection.Ignore(node, draft, "allowPlaintextHeaderSet", value => value.Flag(), "it concerns request filters, which a settings file cannot hold");
        if (node.Optional("filterRequest") is { } filter)
            throw filter.Invalid("a request filter is a function of a library, not a setting");
        if (node.Optional("stripResponseHeaders") is { } strip && strip.Items().Select(item => item.Text()).ToList().Count > 0)
            throw strip.Unenforceable("headers of answers are passed on as they are");
        if (node.Optional("refuseOpaqueTunnels") is { } opaque && opaque.Flag())
            throw opaque.Unenforceable("TLS passes through untouched, so tunnels stay opaque", "Name ports in allowedDomains, such as host:443.");
        if (node.Optional("requireHostMatch") is { } match && match.Flag())
            throw match.Unenforceable("TLS passes through untouched, so the Host header inside is not seen; the TLS name is checked in every case");
        if (node.Optional("ambiguousRequestTarget") is { } ambiguous && ambiguous.OneOf("refuse", "asSpelled", "normalize") != "refuse")
            draft.Notice(ambiguous, "ambiguous requests are always refused");
    }
}
