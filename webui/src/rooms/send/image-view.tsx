import { Image, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './send.module.css';

interface Props {
  content: string | Uint8Array<ArrayBuffer>;
  /** One of those that imageType knows. */
  type: string;
}

/** A body that is an image. */
export function ImageView({ content, type }: Props) {
  const { t } = useTranslation('send');
  const [url, setURL] = useState('');
  const [size, setSize] = useState<string | null>('');
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([content], { type }));
    setURL(made);
    return () => URL.revokeObjectURL(made);
  }, [content, type]);
  if (size === null) return <Text size="sm" c="var(--lh-warn)">{t('badImage')}</Text>;
  return (
    <figure className={classes.image}>
      {url && (
        <Image
          src={url} alt={t('image')} fit="contain" w="auto" mah="22rem" onError={() => setSize(null)} data-testid="body-image"
          onLoad={(e) => setSize(`${e.currentTarget.naturalWidth} × ${e.currentTarget.naturalHeight}`)}
        />
      )}
      <Text component="figcaption" size="xs" c="dimmed" className="numbers">{size}</Text>
    </figure>
  );
}
