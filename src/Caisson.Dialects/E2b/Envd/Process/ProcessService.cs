using Caisson.Connect;
using Caisson.Dialects.E2b.Envd.Process.Wire;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Envd.Process;

/// <summary>The procedures of process.Process.</summary>
internal static class ProcessService
{
    private const string Prefix = "POST /process.Process/";

    public static void Add(Dictionary<string, RequestDelegate> routes, ConnectOptions options)
    {
        Unary<Empty, ListProcessesResponse>("List", ProcessCalls.ListAsync);
        Unary<SendInputRequest, Empty>("SendInput", ProcessCalls.SendInputAsync);
        Unary<SelectRequest, Empty>("CloseStdin", ProcessCalls.CloseInputAsync);
        Unary<SendSignalRequest, Empty>("SendSignal", ProcessCalls.SignalAsync);
        Unary<UpdateRequest, Empty>("Update", ProcessCalls.UpdateAsync);
        routes[Prefix + "StreamInput"] = ConnectHandler.ClientStream<StreamInputRequest, Empty>(
            EnvdMessages.Type<StreamInputRequest>(), EnvdMessages.Type<Empty>(), StreamInput.InvokeAsync, options);
        Stream<StartRequest>("Start", ProcessStreams.StartAsync);
        Stream<AttachRequest>("Connect", ProcessStreams.AttachAsync);

        void Unary<TRequest, TResponse>(string name, Func<TRequest, ConnectContext, Task<TResponse>> procedure) =>
            routes[Prefix + name] = ConnectHandler.Unary(EnvdMessages.Type<TRequest>(), EnvdMessages.Type<TResponse>(), procedure, options);

        void Stream<TRequest>(string name, Func<TRequest, ConnectContext, IAsyncEnumerable<EventFrame>> procedure) =>
            routes[Prefix + name] = ConnectHandler.ServerStream(EnvdMessages.Type<TRequest>(), EnvdMessages.Type<EventFrame>(), procedure, options);
    }
}
