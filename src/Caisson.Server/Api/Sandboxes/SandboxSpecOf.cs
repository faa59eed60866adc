using Caisson.Core.Failures;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;

namespace Caisson.Server.Api.Sandboxes;

/// <summary>Turns a request into a spec, refusing what cannot be meant.</summary>
internal static class SandboxSpecOf
{
    private const int LongestTimeout = 30 * 24 * 3600;
    private const int MostRules = 1000;

    /// <summary>The spec that a creation request asks for.</summary>
    public static SandboxSpec Request(CreateSandbox body)
    {
        Check.Name(body.Template, "template");
        if (body.Wall is not null)
            Check.Name(body.Wall, "wall");
        Check.Range(body.TimeoutSeconds, 1, LongestTimeout, "timeoutSeconds");
        if (body.IdleSeconds is { } seconds)
            Check.Range(seconds, 1, LongestTimeout, "idleSeconds");
        if (!Enum.IsDefined(body.OnTimeout))
            throw new CaissonException(ErrorCode.InvalidArgument, "'onTimeout' is not kill or pause.");
        return new SandboxSpec
        {
            Template = body.Template,
            Wall = body.Wall,
            Resources = Limits(body.Resources ?? new ResourceLimits()),
            Environment = Check.Environment(body.Environment),
            Lifecycle = new Lifecycle
            {
                Timeout = TimeSpan.FromSeconds(body.TimeoutSeconds),
                OnTimeout = body.OnTimeout,
                KeepMemory = body.KeepMemory,
                IdleTimeout = body.IdleSeconds is { } idle ? TimeSpan.FromSeconds(idle) : null,
                AutoResume = body.AutoResume,
            },
            Volumes = [.. (body.Volumes ?? []).Select(Volume)],
            Egress = Egress(body.Egress ?? new EgressBody()),
            Ingress = Ingress(body.Ingress ?? new IngressBody()),
            Metadata = Check.Labels(body.Metadata),
        };
    }

    /// <summary>The policy that a body asks for.</summary>
    public static EgressPolicy Egress(EgressBody body) => new()
    {
        Allow = Rules(body.Allow, "allow"),
        Deny = Rules(body.Deny, "deny"),
        Unlisted = body.Unlisted,
        DenyFirst = body.DenyFirst,
        Transforms = [.. body.Transforms.Select(Transform)],
        Proxy = body.Proxy is { } proxy ? Proxy(proxy) : null,
    };

    /// <summary>A timeout from a request, from now; 0 ends at once.</summary>
    public static TimeSpan Timeout(int seconds)
    {
        Check.Range(seconds, 0, LongestTimeout, "seconds");
        return TimeSpan.FromSeconds(seconds);
    }

    private static VolumeMount Volume(VolumeMountBody? body)
    {
        if (body is null)
            throw new CaissonException(ErrorCode.InvalidArgument, "'volumes' has a null in it.");
        Check.Name(body.Volume, "volumes.volume");
        return new VolumeMount(body.Volume, Check.Path(body.Path, "volumes.path"), body.ReadOnly);
    }

    /// <summary>The bounds that a body asks for.</summary>
    public static Resources Limits(ResourceLimits limits)
    {
        var given = new Resources();
        var result = new Resources
        {
            MemoryBytes = limits.MemoryBytes ?? given.MemoryBytes,
            Pids = limits.Pids ?? given.Pids,
            Cpus = limits.Cpus ?? given.Cpus,
            DiskBytes = limits.DiskBytes ?? given.DiskBytes,
            DiskBytesPerSecond = limits.DiskBytesPerSecond,
            OutputBytes = limits.OutputBytes ?? given.OutputBytes,
        };
        Check.Range(result.MemoryBytes, 1 << 20, 1L << 44, "resources.memoryBytes");
        Check.Range(result.Pids, 1, 1 << 22, "resources.pids");
        Check.Range(result.DiskBytes, 1 << 16, 1L << 50, "resources.diskBytes");
        Check.Range(result.DiskBytesPerSecond ?? 1 << 16, 1 << 16, 1L << 40, "resources.diskBytesPerSecond");
        Check.Range(result.OutputBytes, 1, 1L << 40, "resources.outputBytes");
        return result.Cpus is >= 0.01 and <= 4096
            ? result
            : throw new CaissonException(ErrorCode.InvalidArgument, "'resources.cpus' must be between 0.01 and 4096.");
    }

    private static IngressPolicy Ingress(IngressBody body)
    {
        foreach (var port in body.HttpsPorts)
            Check.Range(port, 1, 65535, "ingress.httpsPorts");
        if (body.MaskHost is { } mask && (mask.Length is 0 or > 300 || mask.Any(c => c is <= ' ' or > '~')))
            throw new CaissonException(ErrorCode.InvalidArgument, "'ingress.maskHost' is not a Host header.");
        return new IngressPolicy { Public = body.Public, MaskHost = body.MaskHost, HttpsPorts = body.HttpsPorts };
    }

    private static EgressRule[] Rules(List<string> texts, string field)
    {
        if (texts.Count > MostRules)
            throw new CaissonException(ErrorCode.InvalidArgument, $"'egress.{field}' has more than {MostRules} rules.");
        return [.. texts.Select(text => EgressRule.TryParse(text ?? "", out var rule, out var error)
            ? rule
            : throw new CaissonException(ErrorCode.InvalidArgument, $"'egress.{field}': {Problems.JsonFault.Clean(error)}."))];
    }

    private static HeaderTransform Transform(TransformBody? body)
    {
        if (body is null)
            throw new CaissonException(ErrorCode.InvalidArgument, "'egress.transforms' has a null in it.");
        var name = body.Host.StartsWith("*.", StringComparison.Ordinal) ? body.Host.AsSpan(2) : body.Host;
        if (!HostName.IsValid(name))
            throw new CaissonException(ErrorCode.InvalidArgument, "'egress.transforms' has a host that is no host name.");
        foreach (var (header, value) in body.Headers)
        {
            // A header that breaks its line would let the caller write requests of the gateway's.
            var text = value is null ? null : value.Secret is null ? value.Text : value.Secret + value.Prefix;
            if (header.Length is 0 or > 200 || !header.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || text is null || text.Any(c => c is < ' ' or > '~'))
                throw new CaissonException(ErrorCode.InvalidArgument, "'egress.transforms' has a header that HTTP does not allow.");
            if (value!.Secret is { } secret && (secret.Length is 0 or > 128 || !secret.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
                throw new CaissonException(ErrorCode.InvalidArgument, "'egress.transforms' has a secret whose name is none.");
        }

        var plain = body.Headers.Where(header => header.Value.Secret is null).ToDictionary(header => header.Key, header => header.Value.Text!, StringComparer.Ordinal);
        var secrets = body.Headers.Where(header => header.Value.Secret is not null)
            .ToDictionary(header => header.Key, header => $"{header.Value.Prefix}${{secret:{header.Value.Secret!.ToLowerInvariant()}}}", StringComparer.Ordinal);
        return new HeaderTransform(body.Host, plain) { SecretHeaders = secrets.Count == 0 ? null : secrets };
    }

    private static UpstreamProxy Proxy(ProxyBody body)
    {
        Check.Range(body.Port, 1, 65535, "egress.proxy.port");
        if (!HostName.IsValid(body.Host) && !System.Net.IPAddress.TryParse(body.Host, out _))
            throw new CaissonException(ErrorCode.InvalidArgument, "'egress.proxy.host' is neither a host name nor an address.");
        return new UpstreamProxy(body.Host, body.Port, body.UserName, body.Password);
    }
}
