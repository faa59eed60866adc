using System.Net;
using Caisson.Network.Dns;
using Caisson.Network.Http;
using Caisson.Network.Streams;
using Caisson.Network.Tls;

namespace Caisson.Network.Egress;

/// <summary>Serves connections that programs made without knowing of any gateway.</summary>
internal static class TransparentDoor
{
    /// <summary>Serves one connection.</summary>
    public static async Task ServeAsync(EgressSession session, OpenConnection open)
    {
        var asked = OriginalDestination.Of(open.Socket);
        var target = TargetOf(session, asked.Address, asked.Port);
        if (target is null)
        {
            var refusal = new Refusal(RefusalKind.Rule, new(null, asked.Address, asked.Port), null, BuiltInRule.UnknownAddress);
            session.Journal.Deny(refusal);
            await RefuseAsync(session, open, refusal);
            return;
        }

        if (target.Name is null)
            target = await NameRawAsync(session, open, target);
        var opening = await session.Gateway.Passage.OpenAsync(session, open, target, open.Cancellation);
        if (opening.Upstream is { } upstream)
            await Inspection.RunAsync(session, open, upstream, target);
        else
            await RefuseAsync(session, open, opening.Refusal!);
    }

    /// <summary>What an address dialled from inside stands for; null for an address of ours that stands for nothing.</summary>
    public static EgressTarget? TargetOf(EgressSession session, IPAddress address, int port)
    {
        if (!NameMap.Covers(address))
            return new(null, address, port);
        return session.Names.TryGetName(address, out var name) ? new(name, null, port) : null;
    }

    /// <summary>Tells an HTTP client what refused it; resets any other.</summary>
    public static async Task RefuseAsync(EgressSession session, OpenConnection open, Refusal refusal)
    {
        if (await FirstAsync(session, open, FirstWords.Http) == FirstWords.Http)
            await AnswerAsync(open, HttpAnswer.For(refusal));
    }

    /// <summary>Sends an answer of our own and ends the connection in order, so that the answer is not lost to a reset.</summary>
    public static async Task AnswerAsync(OpenConnection open, byte[] answer)
    {
        await open.Client.WriteAsync(answer, open.Cancellation);
        await EndAsync(open);
    }

    /// <summary>Ends the sending side and reads away, for a moment, what the client still sends.</summary>
    public static async Task EndAsync(OpenConnection open)
    {
        await open.Client.CloseWriteAsync();
        open.Broken = false;
        using var moment = CancellationTokenSource.CreateLinkedTokenSource(open.Cancellation);
        moment.CancelAfter(TimeSpan.FromSeconds(1));
        var buffer = new byte[4096];
        for (var i = 0; i < 64 && await open.Client.ReadAsync(buffer, moment.Token) > 0; i++)
        {
        }
    }

    // An address that no rule opens may still be the right one for the name that the client is about to say; the name's own addresses are dialled then.
    private static async Task<EgressTarget> NameRawAsync(EgressSession session, OpenConnection open, EgressTarget target)
    {
        var applied = session.Applied;
        var judgement = EgressJudge.Judge(applied.Policy, null, target.Address, target.Port);
        if (judgement.Allowed || !applied.NameRules || (judgement.Matched is not null && applied.Policy.DenyFirst)
            || Addresses.AddressRange.Classify(target.Address!) != Addresses.AddressKind.Public)
            return target;
        var first = await FirstAsync(session, open, FirstWords.Tls, FirstWords.Http);
        var name = first switch
        {
            FirstWords.Tls => await NameOfTlsAsync(session, open),
            FirstWords.Http => await NameOfHttpAsync(session, open, target.Port),
            _ => null,
        };
        return name is null ? target : target with { Name = name };
    }

    private static async Task<string?> NameOfTlsAsync(EgressSession session, OpenConnection open)
    {
        var (state, name) = await Inspection.ReadHelloAsync(session, open);
        return state == HelloState.Whole ? name : null;
    }

    private static async Task<string?> NameOfHttpAsync(EgressSession session, OpenConnection open, int port)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(open.Cancellation);
        timeout.CancelAfter(session.Gateway.Options.HeadTimeout);
        while (true)
        {
            var length = HttpHeadParser.TryParse(open.Client.Buffered.Span, out var head);
            if (length > 0)
                return TargetName.TryReadAuthority(head!["Host"] ?? "", out var target) && (target.Port == 0 || target.Port == port) ? target.Name : null;
            if (length < 0 || !await open.Client.FillAsync(timeout.Token))
                return null;
        }
    }

    private static async Task<FirstWords> FirstAsync(EgressSession session, OpenConnection open, params FirstWords[] wanted)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(open.Cancellation);
        timeout.CancelAfter(session.Gateway.Options.FirstBytesTimeout);
        try
        {
            while (true)
            {
                var first = FirstWordsReader.Read(open.Client.Buffered.Span);
                if (first != FirstWords.Undecided)
                    return Array.IndexOf(wanted, first) >= 0 ? first : FirstWords.Other;
                if (!await open.Client.FillAsync(timeout.Token))
                    return FirstWords.Other;
            }
        }
        catch (OperationCanceledException) when (!open.Cancellation.IsCancellationRequested)
        {
            return FirstWords.Other;
        }
    }
}
