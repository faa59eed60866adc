using Caisson.Core.Policy;
using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Http;
using Caisson.Dialects.E2b.Policy;

namespace Caisson.Dialects.E2b.Tests.Policy;

public sealed class NetworkPolicyTests
{
    [Fact]
    public void Nothing_said_lets_everything_public_out()
    {
        var policy = NetworkPolicy.Egress(null, null);
        Assert.Equal((EgressVerdict.Allow, false, 0, 0), (policy.Unlisted, policy.DenyFirst, policy.Allow.Count, policy.Deny.Count));
    }

    [Fact]
    public void No_internet_denies_what_is_not_allowed()
    {
        Assert.Equal(EgressVerdict.Deny, NetworkPolicy.Egress(null, false).Unlisted);
        var policy = NetworkPolicy.Egress(new NetworkConfig { AllowOut = ["example.com", "*.example.org", "1.1.1.1"], DenyOut = ["0.0.0.0/0", "10.0.0.0/8"] }, null);
        Assert.Equal((EgressVerdict.Deny, 3), (policy.Unlisted, policy.Allow.Count));
        Assert.Equal("10.0.0.0/8", Assert.Single(policy.Deny).Text);
        Assert.Equal(["0.0.0.0/0", "10.0.0.0/8"], NetworkView.Of(policy, new IngressPolicy()).DenyOut);
    }

    [Fact]
    public void Allowing_everything_opens_no_private_range() =>
        Assert.Equal((EgressVerdict.Allow, 0), (NetworkPolicy.Egress(new NetworkConfig { AllowOut = ["0.0.0.0/0"], DenyOut = ["0.0.0.0/0"] }, null) is var p ? p.Unlisted : default, p.Allow.Count));

    [Fact]
    public void Messages_are_those_of_E2B()
    {
        Refused("invalid denied CIDR example.com", new NetworkConfig { DenyOut = ["example.com"] });
        Refused(
            "When specifying allowed domains in allow out, you must include 'ALL_TRAFFIC' in deny out to block all other traffic.",
            new NetworkConfig { AllowOut = ["example.com"], DenyOut = ["10.0.0.0/8"] });
        Refused("invalid egress proxy address 'nope': expected host:port", new NetworkConfig { EgressProxy = new NetworkProxy { Address = "nope" } });
    }

    [Fact]
    public void Proxies_and_transforms_are_read_and_never_shown_whole()
    {
        var rules = new Dictionary<string, List<NetworkRule>?> { ["api.example.com"] = [new NetworkRule { Transform = new NetworkTransform { Headers = new() { ["Authorization"] = "Bearer s" } } }] };
        var policy = NetworkPolicy.Egress(new NetworkConfig { Rules = rules, EgressProxy = new NetworkProxy { Address = "proxy:1080", Username = "u", Password = "hidden" } }, null);
        Assert.Equal(new UpstreamProxy("proxy", 1080, "u", "hidden"), policy.Proxy);
        Assert.Equal("Bearer s", Assert.Single(policy.Transforms).Headers["Authorization"]);
        var view = NetworkView.Of(policy, new IngressPolicy());
        Assert.Null(view.EgressProxy!.Password);
        Assert.Equal("***", view.Rules!["api.example.com"]![0].Transform!.Headers!["Authorization"]);
        rules["api.example.com"]![0].Transform!.Headers!["Authorization"] = "${e2b.identity.x}";
        Assert.Equal(501, Assert.Throws<E2bHttpException>(() => NetworkPolicy.Egress(new NetworkConfig { Rules = rules }, null)).Status);
    }

    [Theory]
    [InlineData("host:${PORT}", true)]
    [InlineData("exämple", false)]
    [InlineData("a b", false)]
    [InlineData("a\r\nX: y", false)]
    [InlineData("", false)]
    public void Host_masks_are_checked(string mask, bool good)
    {
        if (good)
            Assert.Equal(mask, NetworkPolicy.Ingress(new NetworkConfig { MaskRequestHost = mask }).MaskHost);
        else
            Assert.Equal(400, Assert.Throws<E2bHttpException>(() => NetworkPolicy.Ingress(new NetworkConfig { MaskRequestHost = mask })).Status);
    }

    private static void Refused(string message, NetworkConfig network)
    {
        var error = Assert.Throws<E2bHttpException>(() => NetworkPolicy.Egress(network, null));
        Assert.Equal((400, message), (error.Status, error.Message));
    }
}
