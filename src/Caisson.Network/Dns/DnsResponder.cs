using System.Net;
using Caisson.Core.Policy;
using Caisson.Network.Egress;

namespace Caisson.Network.Dns;

/// <summary>Answers the queries of one sandbox: every good name gets an address of ours, and only names that are let through are asked of the outside.</summary>
internal sealed class DnsResponder(NameMap names, Func<EgressPolicy> policy, Func<NameCache> outside)
{
    private static readonly TimeSpan _lifetime = TimeSpan.FromSeconds(60);

    /// <summary>The answer if it needs nobody else: null in <paramref name="reply"/> for what deserves none, false when the outside must be asked.</summary>
    public bool TryAnswer(ReadOnlySpan<byte> query, out byte[]? reply)
    {
        reply = null;
        if (!DnsQuestion.TryRead(query, out var question, out var code))
            return true;
        if (question is null)
        {
            reply = DnsReply.WriteError(query, code);
            return true;
        }

        if (question.Class != 1 || question.Name.Length == 0 || question.Name == "localhost" || question.Name.EndsWith(".arpa", StringComparison.Ordinal))
        {
            var loopback = question is { Class: 1, Name: "localhost", Type: DnsQuestion.TypeA } ? IPAddress.Loopback : null;
            reply = DnsReply.Write(query, question, DnsCode.NoError, loopback, _lifetime);
            return true;
        }

        if (TargetName.IsNumeric(question.Name))
        {
            reply = DnsReply.Write(query, question, DnsCode.NoSuchName, null, _lifetime);
            return true;
        }

        if (EgressJudge.MayReach(policy(), question.Name))
            return false;
        reply = Own(query, question);
        return true;
    }

    /// <summary>The answer to a query for which <see cref="TryAnswer"/> said that the outside must be asked.</summary>
    public async Task<byte[]> AnswerAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        DnsQuestion.TryRead(query.Span, out var question, out _);
        var resolution = await outside().ResolveAsync(question!.Name, cancellation);
        return resolution.State switch
        {
            ResolutionState.Found => Own(query.Span, question),
            ResolutionState.NoSuchName => DnsReply.Write(query.Span, question, DnsCode.NoSuchName, null, _lifetime),
            _ => DnsReply.Write(query.Span, question, DnsCode.ServerFailure, null, _lifetime),
        };
    }

    private byte[] Own(ReadOnlySpan<byte> query, DnsQuestion question) =>
        DnsReply.Write(query, question, DnsCode.NoError, question.Type == DnsQuestion.TypeA ? names.AddressOf(question.Name) : null, _lifetime);
}
