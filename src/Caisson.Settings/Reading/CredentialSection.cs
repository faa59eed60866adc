using System.Security.Cryptography;
using Caisson.Core.Policy;

namespace Caisson.Settings.Reading;

/// <summary>The key <c>credentials</c>: what is kept from the sandbox, and what the gateway adds in its stead. Read after <c>network</c>.</summary>
internal static class CredentialSection
{
    private static readonly string[] _partial = ["extract", "onExtractNoMatch", "decode", "maskClaims", "maskDuplicates"];

    public static void Read(SettingsNode node, ProfileDraft draft)
    {
        var plaintext = node.FlagOf("allowPlaintextInject");
        foreach (var file in node.ItemsOf("files"))
            ReadFile(file, draft);
        foreach (var variable in node.ItemsOf("envVars"))
            ReadVariable(variable, draft, plaintext);
        if (node.Optional("awsPairs") is { } pairs && pairs.Items().Count > 0)
            throw pairs.Unenforceable("requests signed with AWS keys cannot be signed again by the gateway", "Deny the variables instead.");
        if (node.Optional("sigv4") is { } signing)
        {
            foreach (var key in new[] { "streaming", "presigned", "sigv4a" })
                signing.Optional(key)?.OneOf("deny", "passthrough");
            signing.RejectUnknown();
            draft.Notice(signing, "ignored: no AWS key is masked, so nothing is signed again");
        }

        node.RejectUnknown();
    }

    private static void ReadFile(SettingsNode file, ProfileDraft draft)
    {
        var path = SettingsPath.Resolve(file, file.Required("path").Text(), draft.Context.WorkingDirectory, draft.Context, literal: true);
        var mode = file.Required("mode");
        if (mode.OneOf("deny", "mask") == "mask")
            throw mode.Unenforceable("a file cannot be masked in part", "Use 'deny', which hides it.");
        RefusePartial(file);
        if (file.Optional("injectHosts") is { } hosts)
            throw hosts.Invalid("a denied credential is injected nowhere");
        file.RejectUnknown();
        draft.AddSecretFile(path.Text);
    }

    private static void ReadVariable(SettingsNode variable, ProfileDraft draft, bool plaintext)
    {
        var nameNode = variable.Required("name");
        var name = nameNode.Text();
        if (char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw nameNode.Invalid($"'{name}' is not the name of a variable");
        var mask = variable.Required("mode").OneOf("deny", "mask") == "mask";
        RefusePartial(variable);
        var hosts = variable.Optional("injectHosts");
        variable.RejectUnknown();
        if (!draft.Unset.Add(name))
            throw nameNode.Invalid($"'{name}' is listed twice");
        if (!mask && hosts is not null)
            throw hosts.Invalid("a denied credential is injected nowhere");
        if (mask)
            Mask(variable, name, hosts, draft, plaintext);
    }

    private static void Mask(SettingsNode variable, string name, SettingsNode? hosts, ProfileDraft draft, bool plaintext)
    {
        if (!draft.OpensTls)
            throw variable.Invalid($"to inject {name} the gateway must open TLS", "Add \"tlsTerminate\": {} to network, or use mode 'deny'.");
        if (hosts is null)
            throw variable.Unenforceable($"the hosts that may see {name} are not named; the gateway adds a header to every request to them", "Add injectHosts.");
        var items = hosts.Items();
        if (items.Count == 0)
            throw hosts.Invalid("an empty list injects nothing", "Name a host, or use mode 'deny'.");
        draft.Context.Environment.TryGetValue(name, out var secret);
        foreach (var item in items)
            Inject(item, name, secret ?? "", draft, plaintext);

        if (string.IsNullOrEmpty(secret))
        {
            draft.Notice(variable, $"{name} is not set, so there is nothing to mask");
            return;
        }

        draft.Environment[name] = "masked-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        draft.Notice(variable, $"{name} is a placeholder inside; the gateway sets its header on every request to the named hosts");
    }

    private static void Inject(SettingsNode item, string name, string secret, ProfileDraft draft, bool plaintext)
    {
        var host = DomainPattern.Parse(item, deny: false);
        if (host.Kind is not (EgressRuleKind.Host or EgressRuleKind.Suffix) || host.Port is not null)
            throw item.Unenforceable("a credential goes to a host name, without a port");
        var covering = draft.Allow.Where(rule => DomainPattern.Covers(rule, host)).ToList();
        if (covering.Count == 0)
            throw item.Invalid($"'{host.Text}' is not covered by allowedDomains");
        if (draft.TlsExcluded.Any(rule => DomainPattern.Covers(rule, host) || DomainPattern.Covers(host, rule)))
            throw item.Invalid($"'{host.Text}' is in excludeDomains, so TLS to it is not opened");
        if (!plaintext && draft.Allow.Any(rule => (DomainPattern.Covers(rule, host) || DomainPattern.Covers(host, rule)) && rule.Port != 443))
            throw item.Unenforceable($"{name} could be sent unencrypted to '{host.Text}'", $"Allow '{host.Text}:443' alone, or set allowPlaintextInject.");
        if (secret.Any(c => c is < ' ' or > '~'))
            throw item.Invalid($"the value of {name} cannot stand in a header");
        if (SecretHeader.Find(name, host.Name!, secret) is not var (header, value))
            throw item.Unenforceable($"it is not known in which header {name} travels", "Use mode 'deny'.");
        if (secret.Length == 0)
            return;

        var pattern = host.Kind == EgressRuleKind.Suffix ? "*." + host.Name : host.Name!;
        if (draft.Transforms.Any(other => other.Headers.ContainsKey(header) && Overlap(EgressRule.Parse(other.Host), host)))
            throw item.Invalid($"another credential sets {header} for '{host.Text}' already");
        draft.Transforms.Add(new HeaderTransform(pattern, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [header] = value }));
    }

    private static bool Overlap(EgressRule one, EgressRule other) => DomainPattern.Covers(one, other) || DomainPattern.Covers(other, one);

    private static void RefusePartial(SettingsNode node)
    {
        foreach (var key in _partial)
        {
            if (node.Optional(key) is { } part)
                throw part.Unenforceable("credentials are hidden or replaced whole");
        }
    }
}
