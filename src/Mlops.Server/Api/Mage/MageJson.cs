using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlops.Server.Api.Mage;

/// <summary>JSON of Mage's API.</summary>
internal static class MageJson
{
    /// <summary>As all of our answers are written.</summary>
    public static JsonSerializerOptions Options { get; } = Create(_ => { });

    /// <summary>
    /// As bodies are read: what is not asked for is no error, unlike in our own API, since Mage's clients mostly send the whole resource as they read it.
    /// </summary>
    public static JsonSerializerOptions Lenient { get; } = Create(options =>
    {
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
        options.NumberHandling |= JsonNumberHandling.AllowReadingFromString;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
    });

    private static JsonSerializerOptions Create(Action<JsonSerializerOptions> complete)
    {
        var options = new JsonSerializerOptions();
        ApiServices.ConfigureJson(options);
        complete(options);
        return options;
    }
}
