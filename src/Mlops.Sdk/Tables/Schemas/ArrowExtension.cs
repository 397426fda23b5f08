using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>
/// Arrow's extension types as they travel: the storage type with two metadata entries on the field, such as
/// <c>ARROW:extension:name=arrow.uuid</c>. See https://arrow.apache.org/docs/format/CanonicalExtensions.html.
/// </summary>
internal static class ArrowExtension
{
    public const string NameKey = "ARROW:extension:name";
    public const string MetadataKey = "ARROW:extension:metadata";
    public const string Uuid = "arrow.uuid";
    public const string Json = "arrow.json";
    public const string Bool8 = "arrow.bool8";
    public const string Opaque = "arrow.opaque";

    /// <summary>What a field of GUIDs carries beside its type FixedSizeBinary(16).</summary>
    public static IReadOnlyDictionary<string, string> UuidMetadata { get; } =
        new Dictionary<string, string> { [NameKey] = Uuid, [MetadataKey] = "" };

    /// <summary>The extension's name; null for a plain field.</summary>
    public static string? NameOf(Field field) =>
        field.DataType is ExtensionType extension ? extension.Name : field.HasMetadata ? field.Metadata.GetValueOrDefault(NameKey) : null;

    public static bool IsUuid(Field field) => field.DataType is FixedSizeBinaryType { ByteWidth: 16 } && NameOf(field) == Uuid;
}
