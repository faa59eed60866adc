using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Caisson.Network.Tls;

/// <summary>Vouches, to the sandboxes told to trust it, for hosts whose requests get headers from the gateway; its key never leaves memory.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private const int MaxLeaves = 256;

    private readonly TimeProvider _time;
    private readonly X509Certificate2 _root;
    private readonly DateTimeOffset _notAfter;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, X509Certificate2> _leaves = new(StringComparer.Ordinal);

    public CertificateAuthority(TimeProvider time)
    {
        _time = time;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Caisson egress gateway", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        _notAfter = now.AddDays(365);
        _root = request.CreateSelfSigned(now.AddDays(-1), _notAfter);
        Pem = _root.ExportCertificatePem();
    }

    /// <summary>The certificate, without its key.</summary>
    public string Pem { get; }

    /// <summary>A certificate for one name.</summary>
    public X509Certificate2 For(string name)
    {
        lock (_lock)
        {
            if (_leaves.TryGetValue(name, out var leaf))
                return leaf;

            // Not disposed here: a handshake may be using one; the finalizer frees them.
            if (_leaves.Count >= MaxLeaves)
                _leaves.Clear();
            return _leaves[name] = Issue(name);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    private X509Certificate2 Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Caisson leaf", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build(critical: true));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var now = _time.GetUtcNow();
        using var certificate = request.Create(_root, now.AddHours(-12), _notAfter, RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }
}
