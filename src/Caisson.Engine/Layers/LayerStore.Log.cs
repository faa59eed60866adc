using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Layers;

internal sealed partial class LayerStore
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Layer {Address} is used by nothing and could not be removed")]
    private partial void LogLayerLeft(Exception e, string address);
}
