using Caisson.Connect;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Dialects.E2b.Envd.Process.Wire;

namespace Caisson.Dialects.E2b.Envd.Process;

/// <summary>Input as a stream: the first message names the process, the rest are for it.</summary>
internal static class StreamInput
{
    public static async Task<Empty> InvokeAsync(IAsyncEnumerable<StreamInputRequest> messages, ConnectContext context)
    {
        ProcessSelector? process = null;
        await foreach (var message in messages)
        {
            if (message.Start is { } start)
                process = Selector.Required(start.Process);
            else if (message.Data is { } data)
                await ProcessCalls.WriteAsync(context, process ?? throw new CaissonException(ErrorCode.InvalidArgument, "the first message must be start"), data.Input);
        }

        return Empty.Message;
    }
}
